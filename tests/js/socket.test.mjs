import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { PushSocket, socketUrl } from "../../static/js/lib/socket.js";

/** The browser's side of a line that the test holds the other end of. */
class Line {
  static lines = [];

  readyState = 0;
  sent = [];

  constructor(url) {
    this.url = url;
    Line.lines.push(this);
  }

  accept() {
    this.readyState = 1;
    this.say("hello");
  }

  say(topic, rest = {}) {
    this.onmessage?.({ data: JSON.stringify({ topic, ...rest }) });
  }

  send(text) {
    this.sent.push(text);
  }

  close(code = 1000) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const last = () => Line.lines.at(-1);

function makeSocket() {
  const heard = [];
  const socket = new PushSocket("ws://site/ws/", { WebSocket: Line, random: () => 1 });
  for (const type of ["open", "closed"]) socket.addEventListener(type, () => heard.push(type));
  socket.addEventListener("frame", ({ detail }) => heard.push(detail.topic));
  return { socket, heard };
}

function connected() {
  const made = makeSocket();
  made.socket.connect();
  last().accept();
  return made;
}

beforeEach(() => {
  Line.lines = [];
});

const withClock = (name, body) =>
  test(name, (context) => {
    context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    body(context.mock.timers);
  });

test("the address is as safe as the page's", () => {
  assert.equal(socketUrl("/ws/", "http://site:8000/notes/?a=b"), "ws://site:8000/ws/");
  assert.equal(socketUrl("/ws/", "https://site/"), "wss://site/ws/");
});

withClock("it is open when the server said hello, not before", () => {
  const { socket, heard } = makeSocket();
  socket.connect();
  last().readyState = 1;
  assert.equal(socket.isOpen, false);
  last().say("hello");
  assert.equal(socket.isOpen, true);
  assert.deepEqual(heard, ["open"]);
});

withClock("frames are handed on, and what is no frame is passed over", () => {
  const { heard } = connected();
  last().say("run:7");
  last().onmessage({ data: "{" });
  last().say("pong");
  assert.deepEqual(heard, ["open", "run:7"]);
});

withClock("it comes back, later each time it fails", (timers) => {
  const { socket, heard } = connected();
  last().close(1006);
  assert.equal(socket.isOpen, false);
  for (const [delay, lines] of [[1999, 1], [1, 2]]) {
    timers.tick(delay);
    assert.equal(Line.lines.length, lines);
  }
  last().close(1006);
  timers.tick(3999);
  assert.equal(Line.lines.length, 2);
  timers.tick(1);
  assert.equal(Line.lines.length, 3);
  last().accept();
  assert.deepEqual(heard, ["open", "closed", "open"]);
  last().close(1006);
  timers.tick(2000);
  assert.equal(Line.lines.length, 4);
});

withClock("it does not come back when it was told not to", (timers) => {
  const { socket } = makeSocket();
  socket.connect();
  last().close(4401);
  timers.tick(1_000_000);
  socket.wake();
  socket.connect();
  assert.equal(Line.lines.length, 1);
});

withClock("that nobody is signed in any more is said, and it comes back when somebody is after all", (timers) => {
  const { socket } = connected();
  let refusals = 0;
  socket.addEventListener("refused", () => (refusals += 1));
  last().close(4401);
  assert.equal(refusals, 1);
  socket.returnRefused();
  timers.tick(2000);
  assert.equal(Line.lines.length, 2);
  assert.equal(socket.isRefused, false);
});

withClock("when its session may have ended it finds out at once, also in the middle of failures", (timers) => {
  const { socket } = connected();
  for (const code of [1006, 1006, 1006]) {
    last().close(code);
    timers.tick(60_000);
  }
  last().close(4408);
  timers.tick(300);
  assert.equal(Line.lines.length, 5);
  assert.equal(socket.isOpen, false);
});

withClock("after waking up it comes back soon, however often it had failed before", (timers) => {
  const { socket } = connected();
  for (let failures = 0; failures < 6; failures += 1) {
    last().close(1006);
    timers.tick(60_000);
  }
  last().close(1006);
  socket.wake();
  assert.equal(Line.lines.length, 8);
  last().close(1006);
  timers.tick(2000);
  assert.equal(Line.lines.length, 9);
});

withClock("waking up connects at once, and only one line", (timers) => {
  const { socket } = connected();
  last().close(1006);
  socket.wake();
  assert.equal(Line.lines.length, 2);
  timers.tick(60_000);
  socket.connect();
  assert.equal(Line.lines.filter((line) => line.readyState < 2).length <= 1, true);
});

withClock("after a quiet time it asks, and an answer keeps the line", (timers) => {
  const { socket } = connected();
  timers.tick(30_000);
  assert.deepEqual(last().sent, ["ping"]);
  last().say("pong");
  timers.tick(29_000);
  assert.equal(Line.lines.length, 1);
  assert.equal(socket.isOpen, true);
});

withClock("a line that does not answer is dropped without waiting for its end", (timers) => {
  const { socket, heard } = connected();
  const dead = last();
  dead.close = () => {};
  timers.tick(30_000);
  timers.tick(8000);
  assert.equal(socket.isOpen, false);
  timers.tick(2000);
  assert.equal(Line.lines.length, 2);
  dead.say("run:7");
  assert.deepEqual(heard, ["open", "closed"]);
});

withClock("a line that never comes about is given up", (timers) => {
  const { socket } = makeSocket();
  socket.connect();
  timers.tick(8000);
  timers.tick(8000);
  timers.tick(2000);
  assert.equal(Line.lines.length, 2);
});

withClock("while the server hears nothing itself, it counts as closed on an open line", (timers) => {
  const { socket, heard } = connected();
  last().say("away");
  assert.equal(socket.isOpen, false);
  last().say("resync");
  timers.tick(1000);
  assert.equal(socket.isOpen, true);
  assert.deepEqual(heard, ["open", "closed", "open"]);
  assert.equal(Line.lines.length, 1);
});

withClock("catching up is spread over a moment, and not done on a line that is lost again", (timers) => {
  const { heard } = connected();
  last().say("resync");
  timers.tick(999);
  assert.deepEqual(heard, ["open"]);
  timers.tick(1);
  assert.deepEqual(heard, ["open", "open"]);
  last().say("resync");
  last().close(1006);
  timers.tick(1500);
  assert.deepEqual(heard, ["open", "open", "closed"]);
});

withClock("a page that is put away hangs up and comes back when it is shown", (timers) => {
  const { socket, heard } = connected();
  socket.disconnect();
  timers.tick(1_000_000);
  assert.equal(Line.lines.length, 1);
  socket.connect();
  last().accept();
  assert.deepEqual(heard, ["open", "closed", "open"]);
});

withClock("beats keep the line without a word from us, and say what there is to see", (timers) => {
  const { socket, heard } = connected();
  const versions = [];
  socket.addEventListener("beat", ({ detail }) => versions.push(detail));
  timers.tick(25_000);
  last().say("beat", { versions: { notifications: "12.3" } });
  timers.tick(25_000);
  last().say("beat");
  timers.tick(25_000);
  assert.deepEqual(last().sent, []);
  assert.deepEqual(versions, [{ notifications: "12.3" }, {}]);
  assert.deepEqual(heard, ["open"]);
});

withClock("it says at once that it keeps up, when it is asked", () => {
  const { heard } = connected();
  last().say("ack", { word: "3f2a90c1" });
  assert.deepEqual(last().sent, ["ack 3f2a90c1"]);
  assert.deepEqual(heard, ["open"]);
});

withClock("who could not keep up is hung up on, and comes back to catch up", (timers) => {
  const { heard } = connected();
  last().close(4429);
  timers.tick(2000);
  last().accept();
  assert.deepEqual(heard, ["open", "closed", "open"]);
});

withClock("after a sleep a new line is made at once, whatever the old one looks like", (timers) => {
  const { heard } = connected();
  const before = last();
  timers.setTime(Date.now() + 600_000);
  timers.tick(30_000);
  assert.deepEqual(before.sent, []);
  assert.equal(before.readyState, 3);
  assert.equal(Line.lines.length, 2);
  last().accept();
  assert.deepEqual(heard, ["open", "closed", "open"]);
});

withClock("a page that is seen again after a sleep does not wait for its timers either", (timers) => {
  const { socket } = connected();
  timers.setTime(Date.now() + 600_000);
  socket.wake();
  assert.equal(Line.lines.length, 2);
  assert.equal(Line.lines[0].readyState, 3);
});

withClock("a page that is seen again soon asks on the line it has", (timers) => {
  const { socket } = connected();
  timers.tick(20_000);
  socket.wake();
  assert.deepEqual(last().sent, ["ping"]);
  assert.equal(Line.lines.length, 1);
});

withClock("what is watched is asked for at once, and again on every new line", (timers) => {
  const { socket } = connected();
  socket.watch("presence");
  socket.watch("presence");
  assert.deepEqual(last().sent, ["watch presence"]);
  last().close(1006);
  timers.tick(2000);
  assert.deepEqual(last().sent, []);
  last().accept();
  assert.deepEqual(last().sent, ["watch presence"]);
});

withClock("what is watched before there is a line is asked for when the server said hello", () => {
  const { socket } = makeSocket();
  socket.watch("presence");
  socket.connect();
  last().readyState = 1;
  assert.deepEqual(last().sent, []);
  last().say("hello");
  assert.deepEqual(last().sent, ["watch presence"]);
});

withClock("what is watched while the server hears nothing is asked for when it does again", (timers) => {
  const { socket } = connected();
  last().say("away");
  socket.watch("presence");
  assert.deepEqual(last().sent, []);
  last().say("resync");
  timers.tick(1000);
  assert.deepEqual(last().sent, ["watch presence"]);
});

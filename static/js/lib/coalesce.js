const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * A function that asks for `task` (async, handles its own errors): at most one is under way and one more is waiting,
 * however often it is asked for. After each it rests for `rest(milliseconds it took)`.
 */
export function coalesce(task, rest = () => 0) {
  let busy = false;
  let wanted = false;

  return async function request() {
    wanted = true;
    if (busy) return;
    busy = true;
    try {
      while (wanted) {
        wanted = false;
        const began = performance.now();
        await task();
        await sleep(rest(performance.now() - began));
      }
    } finally {
      busy = false;
    }
  };
}

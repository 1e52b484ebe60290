/**
 * Makes the children of `parent` those of `html`, changing in place what is there already: focus, open <details>,
 * what is being typed and moving bars survive. Elements with an id are matched by it. What is `lazy` fetches its
 * own children, which are left as they are while it stays the same. What a script added by itself, as `data-own`, stays
 * where it is.
 */
export function morph(parent, html) {
  const { activeElement } = parent.ownerDocument;
  const template = parent.ownerDocument.createElement("template");
  template.innerHTML = html;
  morphChildren(parent, template.content);
  if (parent.contains(activeElement)) activeElement.focus({ preventScroll: true }); // moving an element drops it
}

function morphChildren(parent, wanted) {
  const ids = new Set([...wanted.children].map((child) => child.id));
  for (const child of [...parent.children]) if (child.id && !ids.has(child.id) && !isOwn(child)) child.remove();
  let cursor = past(parent.firstChild);
  for (const node of [...wanted.childNodes]) {
    const match = find(node, cursor);
    if (!match) {
      parent.insertBefore(node, cursor);
      continue;
    }
    if (match === cursor) cursor = past(cursor.nextSibling);
    else parent.insertBefore(match, cursor);
    morphNode(match, node);
  }
  while (cursor) {
    const next = past(cursor.nextSibling);
    cursor.remove();
    cursor = next;
  }
}

const isOwn = (node) => node.nodeType === 1 && node.hasAttribute("data-own");

/** The first from `node` on that came from the server. */
function past(node) {
  while (node && isOwn(node)) node = node.nextSibling;
  return node;
}

/** The first from `candidate` on that may become `node`. */
function find(node, candidate) {
  while (candidate && !(candidate.nodeName === node.nodeName && (candidate.id ?? "") === (node.id ?? ""))) {
    candidate = past(candidate.nextSibling);
  }
  return candidate;
}

function morphNode(node, wanted) {
  if (node.isEqualNode(wanted) || isBeingEdited(node)) return;
  if (node.nodeType !== 1) {
    node.nodeValue = wanted.nodeValue;
    return;
  }
  const isSame = node.getAttribute("src") === wanted.getAttribute("src");
  morphAttributes(node, wanted);
  if (!(isSame && wanted.hasAttribute("lazy"))) morphChildren(node, wanted);
}

function morphAttributes(node, wanted) {
  for (const { name, value } of wanted.attributes) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  for (const { name } of [...node.attributes]) {
    if (!wanted.hasAttribute(name) && !isKept(node, name)) node.removeAttribute(name);
  }
}

const isKept = (node, name) => name === "open" && (node.nodeName === "DETAILS" || node.nodeName === "DIALOG");

const isBeingEdited = (node) =>
  node === node.ownerDocument.activeElement && ["INPUT", "TEXTAREA", "SELECT"].includes(node.nodeName);

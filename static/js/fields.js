/** What people typed into a form, by the names of its fields, whichever those are: to be kept, compared and put back. */

const NOT_TYPED = ["csrfmiddlewaretoken", "key", "version", "stay"];

/** `{ name: [value, …] }`, with line ends of one character. */
export function fieldsOf(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (!NOT_TYPED.includes(name) && typeof value === "string") (fields[name] ??= []).push(withSingleLineEnds(value));
  }
  return fields;
}

/** The same as the server filled them in. */
export function rendered(form) {
  const copy = form.cloneNode(true);
  copy.reset();
  return fieldsOf(copy);
}

export const textOf = (fields) => JSON.stringify(Object.entries(fields).sort());
const withSingleLineEnds = (text) => text.replaceAll("\r\n", "\n");

/** Give the fields of this name these values; each hears of it by an event `draft`. */
export function fill(form, name, values) {
  const found = [...form.elements].filter((field) => field.name === name);
  for (const [index, field] of found.entries()) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.type === "select-multiple") for (const option of field.options) option.selected = values.includes(option.value);
    else if (field.value !== (values[index] ?? "")) field.value = values[index] ?? "";
    field.dispatchEvent(new Event("draft"));
  }
}

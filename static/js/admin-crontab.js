/** Says in words, below the select, what the chosen crontab means (the admin's form of periodic tasks). */
const readable = JSON.parse(document.getElementById("readable-crontabs").textContent);
const select = document.getElementById("id_crontab");
const translation = document.querySelector(".field-crontab_translation");
const words = document.createElement("p");

function translate() {
  words.textContent = readable[select.value] ?? "";
}

if (translation) translation.hidden = true;
if (select) {
  words.className = "help";
  words.setAttribute("role", "status");
  select.closest(".form-row").append(words);
  select.addEventListener("change", translate);
  translate();
}

/** Swagger's page about our API, in the browser's own session and in our light and dark. */
const root = document.documentElement;
const place = document.getElementById("api-docs");
const csrfToken = document.querySelector("#press [name=csrfmiddlewaretoken]")?.value;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function showAppearance() {
  const { theme } = root.dataset;
  root.classList.toggle("dark-mode", theme ? theme === "dark" : prefersDark.matches);
}

/** What changes something in a session needs the token; an API token in its place does no harm beside it. */
function sign(request) {
  const isOurs = new URL(request.url, location.href).origin === location.origin;
  if (csrfToken && isOurs && request.method && request.method !== "GET") request.headers["X-CSRFToken"] = csrfToken;
  return request;
}

showAppearance();
prefersDark.addEventListener("change", showAppearance);
new MutationObserver(showAppearance).observe(root, { attributeFilter: ["data-theme"] });
window.SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  filter: true,
  requestInterceptor: sign,
  showMutatedRequest: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});

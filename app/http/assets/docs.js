"use strict";

// Swagger UI keeps the whole sign-in form in the browser's storage; here only the token stays.
function keepTokenOnly() {
  const stored = JSON.parse(localStorage.getItem("authorized") || "{}");
  for (const entry of Object.values(stored)) {
    delete entry.password;
    delete entry.clientSecret;
  }
  localStorage.setItem("authorized", JSON.stringify(stored));
}

function tokenOnly() {
  const wrap = (original) => (...given) => {
    const result = original(...given);
    keepTokenOnly();
    return result;
  };
  return { statePlugins: { auth: { wrapActions: { persistAuthorizationIfNeeded: wrap } } } };
}

window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  persistAuthorization: true,
  plugins: [tokenOnly],
  showExtensions: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});

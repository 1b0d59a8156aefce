// Sends a change to the server with the token that proves it came from our own page.

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content || "";
}

// send("/api/v1/…", { json: {…} }) posts JSON; body takes a form or a file instead. Answers as fetch does.
export function send(url, { method = "POST", json, body, headers = {} } = {}) {
  return fetch(url, {
    method,
    credentials: "same-origin",
    headers: { "X-CSRF-Token": csrfToken(), ...(json === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
    body: json === undefined ? body : JSON.stringify(json),
  });
}

export function startSending() {
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRF-Token"] = csrfToken();
  });
}

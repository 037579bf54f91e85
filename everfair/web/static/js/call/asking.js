// Requests of a call's page: forms with the page's secret, answers as JSON. Nothing else.

const secret = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

/** POST; { status, data }. Raises where the server is out of reach. */
export const post = async (url, fields = {}) => {
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
  body.set("csrfmiddlewaretoken", secret());
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": secret() }, credentials: "same-origin" });
  const data = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  return { status: answer.status, data };
};
export const wait = (pause) => new Promise((resolve) => { setTimeout(resolve, pause); });
export const config = () => JSON.parse(document.getElementById("call-config").textContent);

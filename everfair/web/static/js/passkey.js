/* Passkeys, and the time zone of a new person. Bound by data- attributes; every page says what to do without it. */
(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const ids = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async (options, alone) => {
    const asked = options.publicKey;
    const selection = { ...asked.authenticatorSelection };
    if (alone) Object.assign(selection, { residentKey: "required", requireResidentKey: true, userVerification: "required" });
    else Object.assign(selection, { residentKey: "discouraged", requireResidentKey: false });
    return navigator.credentials.create({ publicKey: {
      ...asked, challenge: bytes(asked.challenge), user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: ids(asked.excludeCredentials), authenticatorSelection: selection,
    } });
  };
  const get = (options) => navigator.credentials.get({ publicKey: {
    ...options.publicKey, challenge: bytes(options.publicKey.challenge), allowCredentials: ids(options.publicKey.allowCredentials),
  } });
  const written = (credential) => {
    const answer = credential.response, response = { clientDataJSON: text(answer.clientDataJSON) };
    if (answer.attestationObject) {
      response.attestationObject = text(answer.attestationObject);
      if (answer.getTransports) response.transports = answer.getTransports();
    } else {
      response.authenticatorData = text(answer.authenticatorData);
      response.signature = text(answer.signature);
      response.userHandle = answer.userHandle ? text(answer.userHandle) : null;
    }
    return JSON.stringify({
      type: credential.type, id: credential.id, rawId: text(credential.rawId), response,
      authenticatorAttachment: credential.authenticatorAttachment || null,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };
  const optionsOf = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).request_options;
  };
  const say = (form, message) => {
    const place = form.querySelector("[data-passkey-says]");
    if (place) { place.textContent = message; place.hidden = !message; }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) { say(form, form.dataset.missing); continue; }
    for (const button of form.querySelectorAll("[data-passkey-do]")) button.hidden = false;
    form.addEventListener("submit", async (event) => {
      const field = form.elements.credential;
      if (field.value) return;
      event.preventDefault();
      say(form, "");
      form.setAttribute("aria-busy", "true");
      try {
        const options = await optionsOf(form);
        const credential = form.dataset.passkey === "create" ? await create(options, form.elements.passwordless?.checked) : await get(options);
        field.value = written(credential);
        HTMLFormElement.prototype.submit.call(form);
      } catch (error) {
        say(form, error.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed);
      } finally {
        form.removeAttribute("aria-busy");
      }
    });
  }

  for (const field of document.querySelectorAll("input[data-time-zone]")) {
    if (!field.value) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  }
})();

// Passkeys: asks the device, puts its answer into the form and sends the form.
"use strict";

for (const button of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON || !button.dataset.passkey) continue;
  button.closest("[hidden]").hidden = false;
  button.addEventListener("click", async () => {
    const asked = JSON.parse(button.dataset.passkey);
    const said = button.parentElement.querySelector("[role=alert]");
    const make = "make" in button.dataset;
    said.hidden = true;
    try {
      const key = await (make
        ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
        : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) }));
      button.form.elements[button.dataset.into].value = JSON.stringify(key.toJSON());
      button.form.submit();
    } catch {
      said.hidden = false;
    }
  });
}

// Passkeys and security keys. The server gives and takes JSON whose byte strings are base64url; the browser wants buffers.
// A form names its kind (login, authenticate, add) and where its options come from; without support it stays as it was.
const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)).buffer;
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const withBuffers = (list) => (list ?? []).map((entry) => ({ ...entry, id: decode(entry.id) }));

async function create(options, passwordless) {
  const publicKey = structuredClone(options.publicKey);
  publicKey.challenge = decode(publicKey.challenge);
  publicKey.user.id = decode(publicKey.user.id);
  publicKey.excludeCredentials = withBuffers(publicKey.excludeCredentials);
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: passwordless ? "required" : "discouraged",
    requireResidentKey: passwordless,
    ...(passwordless ? { userVerification: "required" } : {}),
  };
  const made = await navigator.credentials.create({ publicKey });
  return {
    type: made.type,
    id: made.id,
    rawId: encode(made.rawId),
    authenticatorAttachment: made.authenticatorAttachment,
    response: {
      clientDataJSON: encode(made.response.clientDataJSON),
      attestationObject: encode(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    },
    clientExtensionResults: made.getClientExtensionResults(),
  };
}

async function get(options) {
  const publicKey = structuredClone(options.publicKey);
  publicKey.challenge = decode(publicKey.challenge);
  publicKey.allowCredentials = withBuffers(publicKey.allowCredentials);
  const given = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature, userHandle } = given.response;
  return {
    type: given.type,
    id: given.id,
    rawId: encode(given.rawId),
    authenticatorAttachment: given.authenticatorAttachment,
    response: {
      clientDataJSON: encode(clientDataJSON),
      authenticatorData: encode(authenticatorData),
      signature: encode(signature),
      userHandle: userHandle ? encode(userHandle) : null,
    },
    clientExtensionResults: given.getClientExtensionResults(),
  };
}

async function optionsOf(form) {
  if (!form.dataset.optionsUrl) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  return answer.json();
}

export default function passkey(form) {
  if (!window.PublicKeyCredential) return;
  const problem = form.querySelector("[data-passkey-error]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const data = await optionsOf(form);
      const credential =
        form.dataset.passkey === "add"
          ? await create(data.creation_options, form.elements.passwordless?.checked ?? false)
          : await get(data.request_options);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      // Closing the browser's own dialog ends here too; it is no fault of the page.
      console.warn(error);
      problem.textContent = form.dataset.failed;
      problem.hidden = false;
    }
  });
}

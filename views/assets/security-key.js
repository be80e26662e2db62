// Asks for a security key when the form around it is sent. What it says stands in the page.
for (const part of document.querySelectorAll('[data-ceremony]')) {
  const { form, dataset } = { form: part.closest('form'), dataset: part.dataset }
  const field = part.querySelector('input')
  const show = (name, error) => {
    for (const one of ['waiting', 'failed'])
      part.querySelector(`[data-${one}]`).hidden = one !== name
    for (const text of part.querySelectorAll('[data-refused]'))
      text.hidden = text.dataset.refused !== error
  }
  if (!globalThis.SimpleWebAuthnBrowser?.browserSupportsWebAuthn()) {
    part.querySelector('[data-unsupported]').hidden = false
    for (const button of form.querySelectorAll('button')) button.disabled = true
    continue
  }
  const { startRegistration, startAuthentication } = SimpleWebAuthnBrowser
  const ask = dataset.ceremony === 'create' ? startRegistration : startAuthentication
  let asking = false
  form.addEventListener('submit', async (event) => {
    if (field.value !== '') return
    // Not yet: the form goes when the key has answered.
    event.preventDefault()
    event.stopPropagation()
    if (asking) return
    asking = true
    show('waiting')
    try {
      const answer = await ask({ optionsJSON: JSON.parse(dataset.options) })
      field.value = JSON.stringify(answer)
      form.requestSubmit(event.submitter)
    } catch (error) {
      const known = part.querySelector(`[data-refused="${CSS.escape(error.name)}"]`)
      show('failed', known ? error.name : 'other')
    } finally {
      asking = false
    }
  })
  // Coming back through the history: an answer can be sent once.
  addEventListener('pageshow', () => {
    field.value = ''
    show()
  })
}

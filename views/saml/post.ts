import { html, type Safe } from '../html.ts'
import { type Branding, gateway } from '../layout.ts'

export interface PostPage {
  readonly brand: Branding
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
}

/** Carries a message to the identity provider: by script where there is one, by the button where there is none. */
export function postPage({ brand, url, fields }: PostPage): Safe {
  return gateway({
    title: 'Going to your sign-in service', brand, line: brand.name,
    content: html`<form action="${url}" method="post" data-send>
  ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
  <button class="btn pri block">Continue</button>
</form>`,
  })
}

import { html, type Safe } from '../html.ts'
import { type Branding, gateway } from '../layout.ts'
import { words } from './words.ts'

export interface PostPage {
  readonly brand: Branding
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
}

/**
 * Posts a message to the identity provider: by script, or by the button when scripts do not run.
 */
export function postPage({ brand, url, fields }: PostPage): Safe {
  return gateway({
    title: words.post.goingToYourSign,
    brand,
    line: brand.name,
    content: html`<form action="${url}" method="post" data-send>
  ${Object.entries(fields).map(hidden)}
  <button class="btn pri block">${words.post.continue}</button>
</form>`,
  })
}

function hidden([name, value]: [name: string, value: string]): Safe {
  return html`<input type="hidden" name="${name}" value="${value}">`
}

import { html, type Safe } from './html.ts'
import type { Branding } from './layout.ts'

/**
 * Whom to ask, as the operator named them: a link for an e-mail address or a URL, else the text.
 */
export function supportLink({ support }: Pick<Branding, 'support'>): Safe | undefined {
  if (support === undefined) return undefined
  if (/^(https?:\/\/|mailto:)\S+$/.test(support))
    return html`<a href="${support}">${support.replace(/^(https?:\/\/|mailto:)/, '')}</a>`
  return /^[^\s@]+@[^\s@]+$/.test(support)
    ? html`<a href="mailto:${support}">${support}</a>`
    : html`<bdi>${support}</bdi>`
}

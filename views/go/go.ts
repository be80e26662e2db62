import { type Destination, type Jump, wordsOf } from '../../src/console/go.ts'
import { html, type Safe } from '../html.ts'
import { type Branding, gateway } from '../layout.ts'
import { words } from './words.ts'

export interface GoPage {
  readonly brand: Branding
  /** The page's own address. */
  readonly action: '/console/go' | '/portal/go'
  readonly query: string
  readonly found: readonly Destination[]
  /** Where a name may lead, and the one that was typed; without one they are for the script. */
  readonly jumps: readonly Jump[]
  readonly name?: string | undefined
}

/** A search and what it finds, as links. The script shows the same part in a dialog on any page. */
export function goPage({ brand, action, query, found, jumps, name }: GoPage): Safe {
  return gateway({
    title: words.title,
    brand,
    wide: true,
    content: html`<div data-palette>
<form action="${action}" role="search" class="field"><label for="go">${words.label}</label>
<input id="go" type="text" inputmode="search" name="q" value="${query}" maxlength="128"
 autocomplete="off"
 autocapitalize="none" spellcheck="false" autofocus><button class="btn nojs mt">${
   words.find
 }</button></form>
<ul class="go mt" aria-label="${words.list}">${found.map(item)}
${jumps.map((one) => jump(one, name))}</ul>
<p class="muted" data-empty${
      (found.length > 0 || name !== undefined) && html` hidden`
    }>${words.nothing}</p></div>`,
  })
}

function item({ text, href, kind }: Destination): Safe {
  return html`<li data-words="${wordsOf({ text, kind })}"><a href="${href}"><bdi>${text}</bdi>
<span class="muted small push">${kind}</span></a></li>`
}

function jump({ kind, base }: Jump, name: string | undefined): Safe {
  const href = base + encodeURIComponent(name ?? '')
  return html`<li data-jump="${base}"${name === undefined && html` hidden`}><a
 href="${href}"><bdi>${name}</bdi>
<span class="muted small push">${kind}</span></a></li>`
}

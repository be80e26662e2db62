import type { Browser, Shown } from '../../http/browser.ts'

export interface Followed extends Pick<Shown, 'status' | 'text'> {
  /** The text without what breaks lines and colours documents. */
  readonly plain: string
}

/** Opens what the page leads to until it is no longer in progress, as a browser does. */
export async function followed(browser: Browser, shown: Shown): Promise<Followed> {
  let now = shown
  for (;;) {
    const at = /data-again-at="([^"]*)"/.exec(now.text)?.[1]
    if (at === undefined) return { status: now.status, text: now.text, plain: plainOf(now.text) }
    await new Promise(setImmediate)
    now = await browser.get(at.replaceAll('&amp;', '&'))
  }
}

function plainOf(text: string): string {
  return text
    .replaceAll('<wbr>', '')
    .replaceAll(/<span class="[sk]">|<\/span>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
}

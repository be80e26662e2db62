import type { Browser, Shown } from '../http/browser.ts'

/** Fills the form that is shown with its own values, these changed, and sends it. */
export function sendForm(
  browser: Browser,
  address: string,
  shown: Shown,
  changes: Fields,
): Promise<Shown> {
  return browser.post(address, formFields(shown, changes))
}

export type Fields = Readonly<Record<string, string | readonly string[]>>

/** The form's own values with these changed; a list is a name that the form repeats. */
export function formFields(shown: Shown, changes: Fields): [string, string][] {
  return Object.entries({ ...formValues(shown), ...changes }).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one): [string, string] => [name, one]),
  )
}

/** The options for a security key that a form shows. */
export function optionsIn({ text }: Shown): string {
  return plain(/data-options="([^"]*)"/.exec(text)?.[1] ?? '')
}

/** What a browser would send of the page's form if nothing was touched. */
export function formValues({ text, csrf }: Shown): Record<string, string> {
  const values: Record<string, string> = { _csrf: csrf }
  const hidden = /<input type="(?:hidden|text)"[^>]*? name="([\w.]+)"\s+value="([^"]*)"/g
  const named = /<input type="(?:text|number)" value="([^"]*)"[^>]*? name="([\w.]+)"/g
  for (const [, name, value] of text.matchAll(hidden)) values[name!] = plain(value!)
  for (const [, value, name] of text.matchAll(named)) values[name!] = plain(value!)
  const chosen = /<input type="(?:radio|checkbox)" name="([\w.]+)" value="([^"]*)" checked/g
  for (const [, name, value] of text.matchAll(chosen)) values[name!] = plain(value!)
  const box = /<input type="checkbox" value="true" checked id="[\w.-]+" name="([\w.]+)"/g
  for (const [, name] of text.matchAll(box)) values[name!] = 'true'
  for (const [, name, value] of text.matchAll(/<textarea [^>]*name="(\w+)"[^>]*>\n?([^<]*)</g))
    values[name!] = plain(value!)
  for (const [, name, inside] of text.matchAll(
    /<select [^>]*name="(\w+)"[^>]*>(.*?)<\/select>/gs,
  )) {
    const chosen = /value="([^"]*)" selected/.exec(inside!)?.[1]
    if (chosen !== undefined && name !== 'duration') values[name!] = chosen
  }
  return values
}

function plain(value: string): string {
  return value
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#96;', '`')
    .replaceAll('&amp;', '&')
}

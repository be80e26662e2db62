import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { text } from 'node:stream/consumers'

export interface Got {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly setCookies: readonly string[]
  readonly text: string
}

export type Headers = Readonly<Record<string, string | readonly string[]>>

/** How browsers ask for a page. */
export const opens: Headers = {
  accept: 'text/html,application/xhtml+xml',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}

/** A browser over several hosts, for all of which one address answers; follows nothing alone. */
export class Visitor {
  readonly address: URL
  /** Of the proxy before the sites; without one there are no pages of theirs to open. */
  readonly ca: string | undefined
  readonly cookies = new Map<string, Map<string, string>>()

  constructor(address: string, ca?: string) {
    this.address = new URL(address)
    this.ca = ca
  }

  jar(host: string): Map<string, string> {
    const found = this.cookies.get(host) ?? new Map<string, string>()
    this.cookies.set(host, found)
    return found
  }

  /** `url`: as it is sent, not normalized. */
  async get(url: string, headers: Headers = opens, method = 'GET'): Promise<Got> {
    const sent = this.send(url, headers, method)
    sent.end()
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    return this.took(hostOf(url), answer)
  }

  send(url: string, headers: Headers, method = 'GET'): ClientRequest {
    const host = hostOf(url)
    const path = url.slice(url.indexOf(host) + host.length) || '/'
    const cookie = [...this.jar(host)].map(([name, value]) => `${name}=${value}`).join('; ')
    const isTls = url.startsWith('https:')
    return (isTls ? tlsRequest : plainRequest)({
      host: '127.0.0.1',
      port: this.address.port,
      method,
      path,
      agent: false,
      ...(isTls && { ca: this.ca, servername: host.split(':')[0] }),
      headers: { host, ...(cookie && { cookie }), ...headers } as Record<string, string>,
    })
  }

  async took(host: string, answer: IncomingMessage): Promise<Got> {
    const setCookies = answer.headers['set-cookie'] ?? []
    for (const line of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0|1970/i.test(line)) this.jar(host).delete(name)
      else this.jar(host).set(name, value)
    }
    return {
      status: answer.statusCode!,
      headers: answer.headers,
      setCookies,
      text: await text(answer),
    }
  }

  async post(url: string, fields: Readonly<Record<string, string>>): Promise<Got> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const posted = this.send(url, type, 'POST')
    posted.end(new URLSearchParams(fields).toString())
    const [answer] = (await once(posted, 'response')) as [IncomingMessage]
    return this.took(hostOf(url), answer)
  }

  /** Signs in at the page of a Gatehouse. */
  async signIn(origin: string, username: string): Promise<Got> {
    const at = `${origin}/signin?next=/portal`
    return this.#signIn(await this.get(at), at, username)
  }

  #signIn({ text: page }: Got, at: string, username: string): Promise<Got> {
    const hidden = (name: string) =>
      new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''
    const [_csrf, next] = [hidden('_csrf'), hidden('next')]
    const fields = { _csrf, connector: 'corp', username, password: 'right horse', next }
    return this.post(new URL('/signin', at).href, fields)
  }

  /** Follows redirects and pages that go on by themselves, signs in when it is asked to. */
  async travel(url: string, username?: string): Promise<Got & { readonly at: string }> {
    let at = url
    for (let steps = 0; steps < 20; steps++) {
      const isOfSite = hostOf(at) !== this.address.host && !at.includes('/.gatehouse/')
      const got = await this.get(at)
      if (isOfSite && this.ca === undefined) return { ...got, at }
      const form = /name="_csrf" value="([^"]*)"/.exec(got.text)?.[1]
      const to = onward(got)
      if (to !== undefined) at = new URL(to, at).href
      else if (form !== undefined && username !== undefined && /\/signin/.test(at)) {
        const shown = await this.#signIn(got, at, username)
        const after = onward(shown)
        if (after === undefined) return { ...shown, at }
        at = new URL(after, at).href
      } else return { ...got, at }
    }
    throw new Error(`too many redirects: ${at}`)
  }
}

function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]+)/.exec(url)![1]!
}

function onward({ headers, text: body }: Got): string | undefined {
  const to = headers.location ?? /http-equiv="refresh" content="0;url=([^"]*)"/.exec(body)?.[1]
  return to?.replaceAll('&amp;', '&').replaceAll('&#39;', "'")
}

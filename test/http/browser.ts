/** A browser as far as HTTP goes: keeps cookies, follows nothing, finds forms. */
export class Browser {
  readonly origin: string
  readonly cookies = new Map<string, string>()
  /** What it calls itself; absent: as the program does. */
  agent: string | undefined

  constructor(origin: string) {
    this.origin = origin
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Shown> {
    return this.#send(path, { headers })
  }

  async post(
    path: string,
    fields: Record<string, string> | [string, string][],
    headers: Record<string, string> = {},
  ): Promise<Shown> {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(fields), headers })
  }

  /** Opens the sign-in page, fills the form and sends it. */
  async signIn(
    username: string,
    password: string,
    { connector = 'staff', next = '' } = {},
  ): Promise<Shown> {
    const page = await this.get(`/signin?${new URLSearchParams({ connector, next })}`)
    return this.post('/signin', {
      _csrf: page.csrf,
      connector,
      username,
      password,
      next: page.hidden('next'),
    })
  }

  async #send(
    path: string,
    init: RequestInit & { headers: Record<string, string> },
  ): Promise<Shown> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(new URL(path, this.origin), {
      ...init,
      redirect: 'manual',
      headers: {
        ...(cookie && { cookie }),
        ...(this.agent !== undefined && { 'user-agent': this.agent }),
        ...init.headers,
      },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(name!)
      else this.cookies.set(name!, value!)
    }
    return new Shown(answer, await answer.text())
  }
}

export class Shown {
  readonly status: number
  readonly headers: Headers
  readonly text: string

  constructor(answer: Response, text: string) {
    this.status = answer.status
    this.headers = answer.headers
    this.text = text
  }

  get location(): string | null {
    return this.headers.get('location')
  }

  get csrf(): string {
    return this.hidden('_csrf')
  }

  hidden(name: string): string {
    const found = new RegExp(`name="${name}" value="([^"]*)"`).exec(this.text)?.[1] ?? ''
    return found.replaceAll('&amp;', '&')
  }

  /** The id of a role on the portal's page; empty when it is not there. */
  choice(role: string): string {
    const button = `value="([^"]+)">[^\\n]*Console<span class="vh"> as ${role} in`
    return new RegExp(button).exec(this.text)?.[1] ?? ''
  }

  get title(): string {
    return (/<h1>(.*?)<\/h1>/s.exec(this.text)?.[1] ?? '').replace(/<.*?>/g, '')
  }
}

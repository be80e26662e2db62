import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { Browser, type Shown } from '../http/browser.ts'
import { cleanEnvironment } from '../peers/require.ts'

const launcher = resolve(import.meta.dirname, '../../bin/gatehouse.js')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A command that runs. */
export interface Running {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** Waits until it says this on standard error. */
  told(pattern: RegExp): Promise<RegExpExecArray>
}

/** A person's machine: `gatehouse` is on the PATH, and a program that opens a browser. */
export interface Laptop extends AsyncDisposable {
  readonly folder: string
  readonly configFile: string
  /** The person's environment. */
  readonly env: NodeJS.ProcessEnv
  start(args: readonly string[], more?: NodeJS.ProcessEnv): Running
  run(args: readonly string[], more?: NodeJS.ProcessEnv): Promise<Ended>
  /** Puts a program into the person's PATH. */
  install(name: string, script: string): Promise<void>
  /** The address that the next command opens in the browser. */
  opened(): Promise<string>
}

export async function openLaptop(): Promise<Laptop> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-laptop-'))
  const bin = join(folder, 'bin')
  await mkdir(bin)
  await symlink(launcher, join(bin, 'gatehouse'))
  const pipe = join(folder, 'opened')
  execFileSync('mkfifo', [pipe])
  const configFile = join(folder, 'aws/config')
  const env = {
    ...cleanEnvironment(),
    PATH: [bin, process.env.PATH].join(delimiter),
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_STATE_HOME: join(folder, 'state'),
    AWS_CONFIG_FILE: configFile,
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const install = async (name: string, script: string) => {
    await writeFile(join(bin, name), script)
    await chmod(join(bin, name), 0o755)
  }
  await install('xdg-open', `#!/bin/sh\nprintf %s "$1" > ${pipe}\n`)
  const start = (args: readonly string[], more: NodeJS.ProcessEnv = {}): Running => {
    const child = spawn('gatehouse', args, {
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      // No terminal to ask in.
      detached: true,
    })
    const said = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.err += text
    })
    const ended = once(child, 'close').then(([code]) => ({ code: code as number, ...said }))
    const told = async (pattern: RegExp) => {
      for (;;) {
        const found = pattern.exec(said.err)
        if (found) return found
        if (child.exitCode !== null) throw new Error(`it ended and said: ${said.err}`)
        await Promise.race([once(child.stderr, 'data'), ended])
      }
    }
    return { pid: child.pid!, ended, told }
  }
  return {
    folder,
    configFile,
    env,
    start,
    run: (args, more) => start(args, more).ended,
    install,
    opened: () => readFile(pipe, 'utf8'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Runs `gatehouse login`; a browser that is no more than HTTP does the person's part. */
export async function login(
  laptop: Laptop,
  origin: string,
  { username, password, connector = 'staff' }: Record<string, string>,
  more: NodeJS.ProcessEnv = {},
): Promise<Ended & { readonly browser: Browser }> {
  const command = laptop.start(['login', '--endpoint', origin], more)
  const browser = new Browser(origin)
  let shown: Shown = await walk(browser, await laptop.opened())
  if (shown.title === 'Sign in') {
    const next = shown.hidden('next')
    await browser.signIn(username!, password!, { connector, next })
    shown = await walk(browser, next)
  }
  const path = /action="([^"]*)"/.exec(shown.text)?.[1] ?? ''
  const allowed = await browser.post(path, { _csrf: shown.csrf, decision: 'allowed' })
  await walk(browser, onward(allowed) ?? '')
  return { ...(await command.ended), browser }
}

/** Goes where answers lead, to the terminal's own page too. */
async function walk(browser: Browser, from: string): Promise<Shown> {
  let shown = await browser.get(from)
  for (let next = onward(shown); next !== undefined; next = onward(shown))
    shown = await browser.get(next)
  return shown
}

function onward({ location, text }: Shown): string | undefined {
  if (location !== null) return location
  return /http-equiv="refresh" content="0;url=([^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&')
}

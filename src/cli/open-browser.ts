import { spawn } from 'node:child_process'

/** The program that opens an address in the person's browser, with what stands before it. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}
/** What still runs after this time has become the browser, or started it. */
const startedMs = 5000

/** Opens an address in the person's browser. False: none could be started. */
export async function openBrowser(address: string): Promise<boolean> {
  const [program = '', ...before] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(program, [...before, address], { stdio: 'ignore', detached: true })
  const opened = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(true), startedMs)
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
    child.once('close', () => clearTimeout(timer))
  })
  child.unref()
  return opened
}

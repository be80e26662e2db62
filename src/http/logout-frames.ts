import type { Request, Response } from 'express'
import { framesKeptMs, withFrames } from '../apps/front-channel.ts'
import type { Identity } from '../kernel/identity.ts'
import type { PagePorts } from './app-ports.ts'
import { clearCookie, readCookie, setCookie } from './cookies.ts'

type Ports = Pick<PagePorts, 'apps' | 'publicUrl'>

/** Keeps which apps the next "signed out" page of this browser tells, after a sign-out. */
export async function keepFrames(
  { apps, publicUrl }: Ports,
  res: Response,
  identity: Identity,
): Promise<void> {
  const addresses = (await apps?.frontChannel.leave(identity)) ?? []
  if (!apps || addresses.length === 0) return
  const value = await apps.frontChannel.keep(addresses)
  setCookie(res, publicUrl, { use: 'frames', value, maxAge: framesKeptMs })
}

/** The addresses for this page, once. Lets this answer alone show them. */
export async function takeFrames(
  { apps, publicUrl }: Ports,
  req: Request,
  res: Response,
): Promise<readonly string[]> {
  const ticket = readCookie(req, publicUrl, 'frames')
  if (!apps || ticket === undefined) return []
  clearCookie(res, publicUrl, 'frames')
  const addresses = await apps.frontChannel.kept(ticket)
  if (addresses.length > 0) {
    const policy = String(res.get('Content-Security-Policy') ?? '')
    res.set('Content-Security-Policy', withFrames(policy, addresses))
  }
  return addresses
}

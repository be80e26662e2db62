import type { Response } from 'express'
import { postPage } from '../../../views/saml/post.ts'
import type { Send } from '../../connectors/saml/requests.ts'
import { type PagePorts, sendPage } from '../app-ports.ts'

/** Sends the browser to the identity provider with a message of ours: by redirect, or by a form that sends itself. */
export function goToProvider({ branding: brand }: Pick<PagePorts, 'branding'>, res: Response, send: Send): void {
  if (send.by === 'redirect') return void res.set('Cache-Control', 'no-store').redirect(303, send.url)
  // The one page whose form goes elsewhere. Browsers hold the redirects that follow to this too, and an identity provider sends people on:
  // to another host of its own, to the one behind it, or after a sign-out back to where they came from.
  const policy = String(res.get('Content-Security-Policy') ?? '').replace(/form-action [^;]*/, `form-action 'self' ${new URL(send.url).protocol}`)
  res.set('Content-Security-Policy', policy)
  sendPage(res, postPage({ brand, url: send.url, fields: send.fields }))
}

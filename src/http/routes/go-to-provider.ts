import type { Response } from 'express'
import { postPage } from '../../../views/saml/post.ts'
import type { Send } from '../../connectors/redirect-upstream.ts'
import { type PagePorts, sendPage } from '../app-ports.ts'

/**
 * Sends the browser to the identity provider with our message: by redirect, or by a form that
 * submits itself.
 */
export function goToProvider(
  { branding: brand }: Pick<PagePorts, 'branding'>,
  res: Response,
  send: Send,
): void {
  if (send.by === 'redirect')
    return void res.set('Cache-Control', 'no-store').redirect(303, send.url)
  // Only this page's form may be sent to another site. Browsers apply form-action to the redirects
  // that follow too, and identity providers redirect: to another of their hosts, to the provider
  // behind them, or after a sign-out back to where the person came from.
  const policy = String(res.get('Content-Security-Policy') ?? '').replace(
    /form-action [^;]*/,
    `form-action 'self' ${new URL(send.url).protocol}`,
  )
  res.set('Content-Security-Policy', policy)
  sendPage(res, postPage({ brand, url: send.url, fields: send.fields }))
}

import {
  deviceCodePage,
  deviceConfirmPage,
  deviceDeclinedPage,
  deviceDonePage,
} from '../../../views/apps/device.ts'
import { goOnPage } from '../../../views/apps/go-on.ts'
import { appSignOutPage } from '../../../views/apps/sign-out.ts'
import { html, type Safe } from '../../../views/html.ts'
import type { Branding } from '../../../views/layout.ts'
import { messagePage } from '../../../views/message.ts'
import { leaveByFramesPage, logoutFrames } from '../../../views/sign-out/frames.ts'
import type { LibraryPages } from '../../apps/pages.ts'

/** The library's pages, for `openApps`. */
export function libraryPages(brand: Branding): LibraryPages {
  const text = (page: Safe) => html`${page}`.text
  return {
    deviceCode: (form) => text(deviceCodePage({ brand, ...form })),
    deviceConfirm: (question) => text(deviceConfirmPage({ brand, ...question })),
    deviceDone: (done) => text(deviceDonePage({ brand, ...done })),
    deviceDeclined: () => text(deviceDeclinedPage({ brand })),
    signOut: (form) => text(appSignOutPage({ brand, ...form })),
    goOn: (url) => text(goOnPage({ brand, url })),
    refused: ({ code, reference }) =>
      text(
        messagePage({
          brand,
          title: 'The app did not ask for a sign-in correctly',
          text: `Go back to the app and try again. If it stays, tell who runs it: ${code}.`,
          reference,
          actions: [{ href: '/portal', text: 'Your roles' }],
        }),
      ),
    leaveByFrames: (leaving) => text(leaveByFramesPage({ brand, ...leaving })),
    signedOut: (frames) =>
      text(
        messagePage({
          brand,
          title: 'You are signed out',
          glyph: 'exit',
          text: 'Close the browser too if others use this computer.',
          actions: [{ href: '/signin', text: 'Sign in again' }],
          details: logoutFrames(frames),
        }),
      ),
  }
}

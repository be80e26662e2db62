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
import { words } from './words.ts'

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
          title: words.ofProvider.theAppDidNot,
          text: words.ofProvider.goBackToThe(code),
          reference,
          actions: [{ href: '/portal', text: words.ofProvider.yourRoles }],
        }),
      ),
    leaveByFrames: (leaving) => text(leaveByFramesPage({ brand, ...leaving })),
    signedOut: (frames) =>
      text(
        messagePage({
          brand,
          title: words.ofProvider.youAreSignedOut,
          glyph: 'exit',
          text: words.ofProvider.closeTheBrowserToo,
          actions: [{ href: '/signin', text: words.ofProvider.signInAgain }],
          details: logoutFrames(frames),
        }),
      ),
  }
}

/** The words of what routes answer: of pages, and of `/readyz`, which operators read too. */
export const words = {
  health: {
    stopping: 'this node was asked to stop',
    late: (ms: number) => `no answer within ${ms} ms`,
  },
  apps: {
    nothingWasChangedAnd:
      'Nothing was changed, and it is not your doing. Go back to the app and try again.',
    thisCannotBeDone: 'This cannot be done right now',
    thisSignInHas: 'This sign-in has ended',
    goBackToThe: 'Go back to the app and start again. It may have taken too long, or is done.',
    yourRoles: 'Your roles',
    asksForAStronger: (app: string | number) => `${app} asks for a stronger sign-in`,
    youAreSignedIn:
      'You are signed in, but not as strongly as the app wants it. Sign in again with a second ' +
      'factor or a security key, if one of the ways to sign in asks for it.',
    touchAKey: 'Touch a security key',
    signInAgain: 'Sign in again',
    backToTheApp: 'Back to the app',
    youMayNotUse: (app: string | number) => `You may not use ${app}`,
    youAreSignedInBut: (app: string | number) =>
      `You are signed in, but ${app} is not for you. Ask the people who run it.`,
    signInAsSomebody: 'Sign in as somebody else',
  },
  console: {
    thisConsoleSessionEnded: 'This console session ended',
    anotherOneWasOpened: 'Another one was opened in this browser, which holds one at a time.',
    goToTheOpen: 'Go to the open one',
    yourRoles: 'Your roles',
    signOutEverywhere: 'Sign out everywhere',
    youLeftTheConsole: 'You left the console',
    theConsoleSessionHas: 'The console session has ended.',
  },
  federation: {
    thisAddressDoesNot: (what: string | number) => `This ${what} address does not work`,
    signInHere: 'Sign in here',
  },
  gate: {
    theSignInTo: (label: string | number) => `The sign-in to ${label} has ended`,
    openItAgainIf:
      'Open it again. If this comes back, your browser may not keep cookies for it, or the ' +
      'address was opened in another browser before.',
    open: (label: string | number) => `Open ${label}`,
    thisSignInHas: 'This sign-in has ended',
    goBackToThe: 'Go back to the application and open it again. It may have taken too long.',
    yourRoles: 'Your roles',
    youMayNotUse: (label: string | number) => `You may not use ${label}`,
    youMayNotOpen: (label: string | number) => `You may not open this page of ${label}`,
    youAreSignedIn: (whole: string | number) =>
      `You are signed in, but ${whole} is not for you. Ask the people who run it.`,
    signInAsSomebody: 'Sign in as somebody else',
    thisCannotBeDone: 'This cannot be done right now',
    nothingWasChangedAnd: 'Nothing was changed, and it is not your doing. Go back and try again.',
  },
  ofProvider: {
    theAppDidNot: 'The app did not ask for a sign-in correctly',
    goBackToThe: (code: string | number) =>
      `Go back to the app and try again. If it stays, tell who runs it: ${code}.`,
    yourRoles: 'Your roles',
    youAreSignedOut: 'You are signed out',
    closeTheBrowserToo: 'Close the browser too if others use this computer.',
    signInAgain: 'Sign in again',
  },
  policyEditor: {
    thereIsNoSuch: 'There is no such service.',
    thisIsNoDocument: 'This is no document that can be checked.',
    theConsoleSessionHas: 'The console session has ended.',
  },
  refusedPage: {
    signInAgain: 'Sign in again',
  },
  saml: {
    thisSignInHas: 'This sign-in has ended',
    startAgainWhereYou:
      'Start again where you came from. A list of roles can be used for fifteen minutes.',
    signInHere: 'Sign in here',
  },
  signOut: {
    closeTheBrowserToo: 'Close the browser too if others use this computer. ',
    yourOtherSessionsEnded:
      'Your other sessions ended, and temporary credentials that you took count no longer.',
    credentialsThatYouCopied: 'Credentials that you copied stay valid until their time is up.',
    youAreSignedOut: 'You are signed out everywhere',
    youAreSignedOut2: 'You are signed out',
    signInAgain: 'Sign in again',
  },
  terminal: {
    theSignInHas: 'The sign-in has ended.',
    tryAgainInA: 'Try again in a minute.',
  },
} as const

export const words = {
  frames: {
    signingOut: 'Signing out',
    nextYouGoBack: 'Next, you go back to the app.',
    goOn: 'Go on',
    youAreSignedOut: 'You are signed out',
  },
  signOut: {
    thisEndsYourSign:
      'This ends your sign-in and the open console in this browser. Credentials that you copied ' +
      'stay valid until their time is up.',
    signOut: 'Sign out',
    staySignedIn: 'Stay signed in',
    everywhere: 'Everywhere',
    thisEndsEverySign:
      'This ends every sign-in and console of yours, in all browsers, and every temporary ' +
      'credential that you took. Programs that use one are refused from their next call on.',
    signOutEverywhere: 'Sign out everywhere',
  },
} as const

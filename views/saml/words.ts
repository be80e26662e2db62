export const words = {
  leave: {
    nextSignsYouOut: 'Next, {connector} signs you out too.',
    goOn: 'Go on',
    youAreSignedOut: 'You are signed out here',
  },
  post: {
    continue: 'Continue',
    goingToYourSign: 'Going to your sign-in service',
  },
  roles: {
    chooseARole: 'Choose a role',
    signedInAs: (username: string | number) => `Signed in as ${username}`,
  },
} as const

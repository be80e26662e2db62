export const words = {
  consent: {
    gatehouseLogin: 'gatehouse login',
    ranYourselfOnThis: 'ran {code} yourself, on this computer',
    onlyGoOnIf: 'Only go on if you {takesRoles}, just now.',
    goOnTo: 'Go on to {app}',
    no: 'No',
    signInTo: (app: string | number) => `Sign in to ${app}?`,
  },
  device: {
    codeOnTheDevice: 'Code on the device',
    continue: 'Continue',
    didYouStartThis: 'Did you start this yourself?',
    whoeverHasTheDevice:
      'Whoever has the device will be you in {app}. If somebody sent you this code or address, ' +
      'whoever they say they are, answer No.',
    itsAddress: 'Its address',
    itsProgram: 'Its program',
    started: 'Started',
    no: 'No',
    yesSignIn: 'Yes, sign in',
    signInOnA: 'Sign in on a device',
    eightLettersSuchAs: 'Eight letters, such as BCDF-GHJK',
    compareItYourDevice: 'Compare it: your device shows the same code',
    noDeviceShowsThis: 'No device shows this code',
    typeItAsYour: 'Type it as your device shows it now.',
    thisCodeIsToo: 'This code is too old',
    startAgainOnYour: 'Start again on your device, and type the code that it shows then.',
    thisCodeWasUsed: 'This code was used already',
    ifItWasNot: 'If it was not you, somebody else has your code: start again on your device.',
    thisPageWasOpen: 'This page was open for too long',
    nothingWasChangedType: 'Nothing was changed. Type the code that your device shows again.',
    signInToOn: (app: string | number) => `Sign in to ${app} on another device?`,
    yourDeviceIsSigned: (app: string | number) => `Your device is signed in to ${app}`,
    goOnThereYou: 'Go on there. You can close this page.',
    yourRoles: 'Your roles',
    theDeviceWasNot: 'The device was not signed in',
    itWasToldSo:
      'It was told so. If somebody sent you the code, tell the people who run this site.',
  },
  goOn: {
    goOn: 'Go on',
    justAMoment: 'Just a moment',
  },
  signOut: {
    thisEndsYourSign: 'This ends your sign-in here, and what it gave to apps.',
    signOut: 'Sign out',
    staySignedIn: 'Stay signed in',
  },
  told: {
    gatehouse: 'gatehouse',
    allYourRoles: 'all your roles',
    theCommandThereWill:
      'The command {code} there will be able to take credentials of {part}. You are signed in ' +
      'as {claims} ({claims2}).',
    itMayUseIn: 'It may use in your name:',
    willBeTold: '{app} will be told:',
    andMore: 'and {rest} more',
    itWillAlsoBe: 'It will also be able to take credentials of these roles, where they are yours:',
    userName: 'User name',
    knowWhoYouAre: 'know who you are',
  },
} as const

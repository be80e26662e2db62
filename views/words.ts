export const words = {
  glyph: {
    gatehouse: 'Gatehouse',
  },
  layout: {
    getHelpSigningIn: 'Get help signing in',
    privacy: 'Privacy',
    signIn: 'sign-in',
  },
  message: {
    referenceIfYouAsk: 'Reference, if you ask for help',
    giveThemThisReference: 'Give them this reference',
    why: 'Why',
  },
} as const

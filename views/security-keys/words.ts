/** What pages that ask for a security key say about the asking. */
export const words = {
  needsScript:
    'Asking for a security key takes JavaScript, which is off in this browser. Allow it for this ' +
    'site, or use another browser.',
  unsupported:
    'This browser can’t ask for security keys. Use a current version of Chrome, Edge, Firefox or ' +
    'Safari, at the usual address of this site.',
  touchTitle: 'Confirm it is you',
  touchOf: (user: string, account: string) => `${user} · account ${account}`,
  touchWhy:
    'A program that has your access key asks for your security key. Go on only if you have just ' +
    'started it yourself.',
  touchButton: 'Touch the security key',
  noKey: 'You have no security key that could be used at this address.',
  codeTitle: 'The key has answered',
  codeUntil: 'The code counts once, until',
  code: 'Code',
  serial: 'Serial number',
  codeFor:
    'Type it only where you were asked for it on your own computer: whoever has your access key ' +
    'and this code can do all that you can do.',
  codeBack: 'Back to the program',
  done: { title: 'That is done', text: 'The code was shown once. Ask for another one.' },
  ticketEnded: {
    title: 'This question has ended',
    text: 'It was asked more than five minutes ago. Start the program once more.',
  },
  waiting: 'Put the key in and touch it when it blinks.',
  /** By the name of the browser's error (WebAuthn, sections 5.1.3 and 5.1.4). */
  refused: {
    NotAllowedError: 'No key was touched in time, or you cancelled. Try again.',
    InvalidStateError: 'This key is registered for this user already. Use another one.',
    SecurityError:
      'The browser refused: keys of this site can’t be used at this address. Tell your help desk.',
    other: 'The key could not be used. Take it out, put it in again, and try once more.',
  },
} as const

/** What the console's pages about security keys say. */
export const words = {
  add: 'Add a security key',
  adding: (user: string) => `Add a security key for ${user}`,
  addingSays:
    'The key is asked for when you send this form: put it in and touch it when it blinks. One ' +
    'key can be registered for several users, and one user can have several.',
  name: 'Name of the key',
  nameHelp: 'What you will know it by: office-key, phone.',
  response: 'The key',
  button: 'Ask for the key',
  keep: 'Add none',
  added: (serialNumber: string) => `The key was added: ${serialNumber}`,
  end: 'End all sessions',
  ending: (user: string) => `End all sessions of ${user}?`,
  endingSays:
    'Every console session and all temporary credentials of the user that were made until now ' +
    'end at once. Access keys and the password stay: deactivate or change those as well where ' +
    'needed.',
  endButton: 'End the sessions',
  endNot: 'End none',
  ended: 'All sessions of the user until now have ended.',
  remove: 'Deactivate',
  removal: (device: string) => `Deactivate ${device}`,
  removing: (user: string) => `Deactivate this MFA device of ${user}?`,
  removingSays: (device: string) =>
    `Nothing that ${device} answers counts any more. A security key is forgotten, and has to be ` +
    'registered again; other devices stay and can be enabled again.',
  removeButton: 'Deactivate the device',
  removeNot: 'Keep it',
  removed: 'The device was deactivated.',
} as const

/** The words that the console's views add to what pages say. */
export const words = {
  once: {
    title: 'This is shown only now',
    says: 'Keep it in a safe place. Nobody can show it again, and whoever has it acts as the user.',
  },
  file: 'Or from a file',
  tooLong: 'This file is longer than the field allows.',
  copy: 'Copy',
  download: 'Download',
  states: { done: 'Done', refused: 'Refused', left: 'Left' },
  reference: 'Reference of the audit event',
  back: 'Back',
  steps: 'Steps',
  stepOf: (at: number, many: number) => `Step ${at} of ${many}`,
  review: 'What is going to be done',
  pairs: { key: 'Key', value: 'Value', more: 'More rows' },
  pick: {
    find: 'Find',
    button: 'Find',
    more: 'There are more: find them by a part of the name.',
    nothing: 'Nothing is there to be chosen.',
    none: 'None',
  },
  drawn: (title: string) => `${title}, drawn`,
  road: { open: 'Open', stop: 'Stopped', off: 'Not reached', said: 'What was answered' },
  isNow: (value: string) => `It is now: ${value || 'empty'}`,
} as const

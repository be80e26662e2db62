/** The words of the policy editor that its script shows. */
export const words = {
  document: 'Policy document',
  checkFailed: 'The document could not be checked just now. “Check” asks again.',
  sessionEnded: 'Your session has ended. What you typed is still here.',
  everyAction: 'Every action',
  element: 'Element',
  operator: 'Operator',
  service: 'Service',
} as const

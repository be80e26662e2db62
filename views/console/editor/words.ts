export const words = {
  editor: {
    of: (used: string | number, most: string | number) => `${used} of ${most}`,
  },
} as const

/** How many rows the profiles have that are raced. */
export const rowCounts = [24, 100, 1000] as const

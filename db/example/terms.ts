/** School holidays of the invented borough, first and last day. */
export const schoolHolidays: readonly { name: string; closedFrom: string; closedTo: string }[] = [
  { name: 'Easter 2024', closedFrom: '2024-03-29', closedTo: '2024-04-12' },
  { name: 'May half term 2024', closedFrom: '2024-05-27', closedTo: '2024-05-31' },
  { name: 'Summer 2024', closedFrom: '2024-07-24', closedTo: '2024-09-02' },
  { name: 'October half term 2024', closedFrom: '2024-10-28', closedTo: '2024-11-01' },
  { name: 'Christmas 2024', closedFrom: '2024-12-23', closedTo: '2025-01-03' },
  { name: 'February half term 2025', closedFrom: '2025-02-17', closedTo: '2025-02-21' },
  { name: 'Easter 2025', closedFrom: '2025-04-07', closedTo: '2025-04-21' },
  { name: 'May half term 2025', closedFrom: '2025-05-26', closedTo: '2025-05-30' },
  { name: 'Summer 2025', closedFrom: '2025-07-23', closedTo: '2025-09-01' },
  { name: 'October half term 2025', closedFrom: '2025-10-27', closedTo: '2025-10-31' },
  { name: 'Christmas 2025', closedFrom: '2025-12-22', closedTo: '2026-01-02' },
  { name: 'February half term 2026', closedFrom: '2026-02-16', closedTo: '2026-02-20' },
  { name: 'Easter 2026', closedFrom: '2026-03-30', closedTo: '2026-04-10' },
  { name: 'May half term 2026', closedFrom: '2026-05-25', closedTo: '2026-05-29' },
  { name: 'Summer 2026', closedFrom: '2026-07-22', closedTo: '2026-09-01' },
  { name: 'October half term 2026', closedFrom: '2026-10-26', closedTo: '2026-10-30' },
  { name: 'Christmas 2026', closedFrom: '2026-12-21', closedTo: '2027-01-01' },
  { name: 'February half term 2027', closedFrom: '2027-02-15', closedTo: '2027-02-19' },
  { name: 'Easter 2027', closedFrom: '2027-03-25', closedTo: '2027-04-09' },
  { name: 'May half term 2027', closedFrom: '2027-05-31', closedTo: '2027-06-04' },
  { name: 'Summer 2027', closedFrom: '2027-07-22', closedTo: '2027-09-01' },
  { name: 'October half term 2027', closedFrom: '2027-10-25', closedTo: '2027-10-29' },
  { name: 'Christmas 2027', closedFrom: '2027-12-20', closedTo: '2027-12-31' },
]

export const isSchoolHoliday = (on: string): boolean =>
  schoolHolidays.some(({ closedFrom, closedTo }) => closedFrom <= on && on <= closedTo)

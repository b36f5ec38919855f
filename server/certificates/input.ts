export const awardReasons = ['survey', 'skip', 'two-working-days'] as const

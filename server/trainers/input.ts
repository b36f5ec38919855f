export const trainerParts = ['lead', 'co-trainer'] as const

export const names =
  'credit_amount duration checking_account savings purpose age employment_since credit_history housing installment_rate other_debtors property residence_since job existing_credits telephone foreign_worker dependents personal_status other_plans'.split(
    ' ',
  );

export const words: Readonly<Record<string, readonly string[]>> = {
  checking_account: ['... < 0 DM', '0 <= ... < 200 DM', '... >= 200 DM', 'no checking account'],
  purpose: ['car (new)', 'car (used)', 'education', 'furniture', 'radio/television'],
  housing: ['own', 'rent', 'for free'],
  savings: ['< 100 DM', '100 - 500 DM', '>= 1000 DM', 'unknown'],
};

export function featureNames(n: number): string[] {
  return Array.from({ length: n }, (_, i) => names[i] ?? `measure_${String(i).padStart(3, '0')}`);
}

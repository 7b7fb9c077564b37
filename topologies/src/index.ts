export { VIOLATIONS, violations } from './violations.ts';

import { worker } from 'workerpool';
import { isPassword } from './password.ts';

worker({ isPassword });

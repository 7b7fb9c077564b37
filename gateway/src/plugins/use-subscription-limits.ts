import type { Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { TooManyRequestsError } from '../errors.ts';
import { releasedAtEnd, Slots, SlotsPerHolder } from '../slots.ts';

const MAX_OF_ALL = 5_000;
const MAX_OF_USER = 100;

/** Limits the open subscriptions of the gateway and of each user, over all transports. */
export function useSubscriptionLimits(): Plugin<Context> {
  const all = new Slots(MAX_OF_ALL);
  const ofUser = new SlotsPerHolder(MAX_OF_USER);
  return {
    onSubscribe({ args, subscribeFn, setSubscribeFn }) {
      const release = takeBoth(all, ofUser, args.contextValue.viewer?.userId ?? '');
      if (release instanceof TooManyRequestsError) return setSubscribeFn(() => ({ errors: [release] }));
      setSubscribeFn(async subscribeArgs => {
        try {
          return releasedAtEnd(await subscribeFn(subscribeArgs), release);
        } catch (error) {
          release();
          throw error;
        }
      });
    },
  };
}

const RETRY_SECONDS = 10;

function takeBoth(all: Slots, ofUser: SlotsPerHolder, userId: string): (() => void) | TooManyRequestsError {
  const own = ofUser.take(userId);
  if (own === undefined)
    return new TooManyRequestsError(`you have ${MAX_OF_USER} open subscriptions: end some of them`, RETRY_SECONDS);
  const one = all.take();
  if (one === undefined) {
    own();
    return new TooManyRequestsError('the gateway has too many subscriptions: try again later', RETRY_SECONDS);
  }
  return () => {
    own();
    one();
  };
}

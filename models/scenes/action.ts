import type { HandTrack, Waypoint } from './hand-track.ts';
import type { Bin, Layout, Pizza, Point } from './layout.ts';
import type { Look } from './look.ts';
import type { Random } from './random.ts';
import { pickTool, type Tool, type ToolKind } from './tool.ts';

/** The actions of people, by name. `violates`: whether `hand_no_scooper` holds for one hand during the action. */
export const actions = {
  scoop: { violates: false },
  'bare-hand': { violates: true },
  'pass-over': { violates: false },
  'two-people': { violates: false },
  'scooper-left': { violates: true },
  'scooper-other-hand': { violates: true },
  'touch-pizza': { violates: false },
  'use-tool': { violates: false },
} as const;

export type ActionName = keyof typeof actions;

export const actionNames = Object.keys(actions) as readonly ActionName[];

type Stop = Point & { readonly stayMs: number; readonly curl: number; readonly spread: number };

/** Makes the hands of one action; `actor` numbers come from `nextActor`. */
export class ActionWriter {
  readonly #random: Random;
  readonly #layout: Layout;
  readonly #nextActor: () => number;

  constructor(random: Random, layout: Layout, nextActor: () => number) {
    this.#random = random;
    this.#layout = layout;
    this.#nextActor = nextActor;
  }

  /** The hands of an action that starts at `atMs`. The caller checks that their movement fits the action's name. */
  write(name: ActionName, atMs: number): readonly HandTrack[] {
    const random = this.#random;
    const person = random.pick(this.#layout.people);
    const pizza = random.pick(this.#layout.pizzas);
    switch (name) {
      case 'scoop':
        return [this.#scoop(atMs, person, pizza)];
      case 'bare-hand':
        return [this.#bareHand(atMs, person, pizza)];
      case 'pass-over':
        return [this.#passOver(atMs, person)];
      case 'touch-pizza':
        return [this.#touchPizza(atMs, person, pizza)];
      case 'use-tool':
        return [this.#touchPizza(atMs, person, pizza, random.pick(['knife', 'spatula', 'cutter'] as const))];
      case 'two-people':
        return this.#twoPeople(atMs, person);
      case 'scooper-left':
        return this.#scooperLeft(atMs, person, pizza);
      case 'scooper-other-hand':
        return this.#scooperOtherHand(atMs, person, pizza);
    }
  }

  #bareHand(atMs: number, look: Look, pizza: Pizza): HandTrack {
    const random = this.#random;
    const grab = {
      ...this.#freeSpot(),
      stayMs: random.between(500, 1100),
      curl: random.between(0.25, 0.5),
      spread: 0.2,
    };
    const work = {
      ...this.#meeting(pizza),
      stayMs: random.between(2000, 3200),
      curl: random.between(0.2, 0.45),
      spread: 0.3,
    };
    return this.#track(atMs, look, [grab, work], {});
  }

  #scoop(atMs: number, look: Look, pizza: Pizza): HandTrack {
    const random = this.#random;
    const reach = 1.2 * this.#layout.handPx * look.size;
    const bin = middle(random.pick(this.#layout.bins));
    const dip = {
      x: bin.x + random.between(-10, 10),
      y: bin.y + reach,
      stayMs: random.between(600, 1300),
      curl: 0.85,
      spread: 0,
    };
    const spread = random.between(-0.4, 0.4) * pizza.radiusPx;
    const pour = {
      x: pizza.xPx + spread,
      y: pizza.yPx + reach * random.between(0.45, 0.95),
      stayMs: random.between(1300, 2600),
      curl: 0.85,
      spread: 0,
    };
    return this.#track(
      atMs,
      look,
      random.chance(0.3) ? [dip, pour, { ...dip, stayMs: 700 }, { ...pour, stayMs: 1200 }] : [dip, pour],
      {
        holds: pickTool(random, 'scooper', this.#layout.handPx),
      },
    );
  }

  #passOver(atMs: number, look: Look): HandTrack {
    const random = this.#random;
    const stops = [this.#freeSpot()].map(spot => ({
      ...spot,
      stayMs: random.between(700, 2000),
      curl: random.between(0, 0.5),
      spread: random.between(0, 0.5),
    }));
    return this.#track(atMs, look, stops, {});
  }

  #touchPizza(atMs: number, look: Look, pizza: Pizza, kind?: ToolKind): HandTrack {
    const random = this.#random;
    const { zoneEdgePx, handPx } = this.#layout;
    const lowest = Math.max(pizza.yPx + 0.3 * pizza.radiusPx, zoneEdgePx + (kind ? 1.1 : 0.85) * handPx);
    const stop = (): Stop => ({
      x: pizza.xPx + random.between(-0.7, 0.7) * pizza.radiusPx,
      y: lowest + random.between(0, 0.4) * pizza.radiusPx,
      stayMs: random.between(800, 2000),
      curl: kind ? 0.85 : random.between(0, 0.5),
      spread: kind ? 0 : random.between(0, 0.6),
    });
    return this.#track(
      atMs,
      look,
      random.chance(0.5) ? [stop()] : [stop(), stop()],
      kind ? { holds: pickTool(random, kind, handPx) } : {},
    );
  }

  #twoPeople(atMs: number, one: Look): readonly HandTrack[] {
    const { people, pizzas } = this.#layout;
    const random = this.#random;
    const other = random.pick(people.filter(look => look !== one));
    const first = this.#scoop(atMs, one, pizzas[0] as Pizza);
    const late = atMs + random.between(300, 1500);
    const lastPizza = pizzas.at(-1) as Pizza;
    if (pizzas.length > 1) {
      const second = random.chance(0.5)
        ? this.#scoop(late, other, lastPizza)
        : this.#touchPizza(late, other, lastPizza);
      return [first, second];
    }
    return [first, random.chance(0.5) ? this.#passOver(late, other) : this.#touchPizza(late, other, lastPizza)];
  }

  /** A hand brings a scooper into the zone and leaves. The scooper stays, and a bare hand works beside it. */
  #scooperLeft(atMs: number, look: Look, pizza: Pizza): readonly HandTrack[] {
    return [this.#bareHand(atMs, look, pizza)];
  }

  /** The left hand holds the scooper aside while the right hand works bare, or the other way round. */
  #scooperOtherHand(atMs: number, look: Look, pizza: Pizza): readonly HandTrack[] {
    const random = this.#random;
    const bare = this.#bareHand(atMs, look, pizza);
    const { widthPx, heightPx, handPx } = this.#layout;
    const aside = pizza.xPx < widthPx / 2 ? 1 : -1;
    const hold = {
      x: pizza.xPx + aside * (pizza.radiusPx + handPx * random.between(0.9, 1.5)),
      y: heightPx * random.between(0.72, 0.86),
      stayMs: random.between(3500, 4500),
      curl: 0.85,
      spread: 0,
    };
    const holding = this.#track(atMs + random.between(0, 300), look, [hold], {
      holds: pickTool(random, 'scooper', handPx),
    });
    return [bare, { ...holding, side: bare.side === 1 ? -1 : 1 }];
  }

  /** A place in the row of bins that a hand can reach and leave without coming over a pizza. */
  #freeSpot(): Point {
    const { bins, pizzas, handPx } = this.#layout;
    const first = bins[0] as Bin;
    const last = bins.at(-1) as Bin;
    const clear = (x: number): number => Math.min(...pizzas.map(pizza => Math.abs(x - pizza.xPx) - pizza.radiusPx));
    const spots = Array.from({ length: 33 }, (_, i) => first.x1 + ((i + 1) / 34) * (last.x2 - first.x1));
    const free = spots.filter(x => clear(x) > 0.55 * handPx);
    const x = free.length > 0 ? this.#random.pick(free) : spots.reduce((a, b) => (clear(a) > clear(b) ? a : b));
    return { x, y: middle(first).y };
  }

  /** A place at the zone's edge over a pizza: half of a hand there is in the zone. */
  #meeting(pizza: Pizza): Point {
    const random = this.#random;
    return {
      x: pizza.xPx + random.between(-0.35, 0.35) * pizza.radiusPx,
      y: this.#layout.zoneEdgePx - random.between(0, 0.15) * this.#layout.handPx,
    };
  }

  #track(atMs: number, look: Look, stops: readonly Stop[], more: { readonly holds?: Tool }): HandTrack {
    const random = this.#random;
    const { widthPx, heightPx, handPx } = this.#layout;
    const k = widthPx / 640;
    const first = stops[0] as Stop;
    const last = stops.at(-1) as Stop;
    const lengthPx = handPx * look.size;
    const elbow = {
      x: first.x * 0.6 + last.x * 0.4 + random.between(-90, 90) * k,
      y: heightPx + random.between(110, 190) * k,
    };
    const away = heightPx + lengthPx * (more.holds ? 1.9 : 1);
    const waypoints: Waypoint[] = [
      { atMs, x: first.x + random.between(-20, 20) * k, y: away, curl: first.curl, spread: 0 },
    ];
    const speed = random.between(0.26, 0.4) * k;
    let clock = atMs;
    let from: Point = waypoints[0] as Waypoint;
    for (const stop of [
      ...stops,
      { ...last, x: last.x + random.between(-15, 15) * k, y: away, stayMs: 0, spread: 0 },
    ]) {
      const dx = stop.x - from.x;
      const dy = stop.y - from.y;
      clock += Math.max(450, Math.sqrt(dx * dx + dy * dy) / speed);
      waypoints.push({ atMs: clock, ...stop });
      if (stop.stayMs > 0) {
        clock += stop.stayMs;
        waypoints.push({ atMs: clock, ...stop });
      }
      from = stop;
    }
    return {
      actor: this.#nextActor(),
      look,
      side: random.sign(),
      elbow,
      lengthPx,
      waypoints,
      fidgetPx: random.between(1.5, 4) * k,
      fidgetHz: random.between(0.7, 1.8),
      ...more,
      holdActor: this.#nextActor(),
      holdTurn: random.between(-0.3, 0.3),
    };
  }
}

function middle(bin: Bin): Point {
  return { x: (bin.x1 + bin.x2) / 2, y: (bin.y1 + bin.y2) / 2 };
}

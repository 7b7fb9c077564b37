import type { ModelChoice, PlanStepInput, RateNeed } from '#generated/documents.ts';
import { needWords, rateWords, shareWords, tileWords } from '#lib/model-words.ts';

/** Pictures a second that a person can choose for a model. */
const RATES = [5, 2, 1, 0.5, 0.2];
const EVERY_PICTURE = '';
const BY_RULES = 'rules';
/** Grids that a person can choose. Two tiles of a wide picture are nearly square, as most models' input. */
const GRIDS = ['2 x 1', '2 x 2', '3 x 2', '4 x 3'];
const NO_TILES = '';

/** How a model of a plan looks, and the share of a core that this takes. */
export function StepSettings({
  model,
  step,
  pictureRate,
  need,
  onChange,
}: {
  readonly model: ModelChoice;
  readonly step: PlanStepInput;
  /** Most pictures a second that there are to look at. */
  readonly pictureRate: number;
  /** How often the camera's rules need the model; undefined: not known. */
  readonly need: RateNeed | undefined;
  readonly onChange: (changed: PlanStepInput) => void;
}) {
  const { maxFps = null, byRules = false, tiles = null } = step;
  const rates = [...new Set([...RATES, ...(maxFps === null ? [] : [maxFps])])].toSorted((a, b) => b - a);
  const choose = (value: string): void =>
    onChange({
      ...step,
      byRules: value === BY_RULES,
      maxFps: value === EVERY_PICTURE || value === BY_RULES ? null : Number(value),
    });
  const grid = tiles ? `${tiles.columns} x ${tiles.rows}` : NO_TILES;
  const grids = [...new Set([...GRIDS, ...(tiles ? [grid] : [])])];
  const cut = (value: string): void => {
    const [columns = 0, rows = 0] = value.split(' x ').map(Number);
    onChange({ ...step, tiles: value === NO_TILES ? null : { columns, rows } });
  };
  const needed = byRules ? (need?.perSecond ?? pictureRate) : pictureRate;
  const rate = Math.min(maxFps ?? needed, needed, pictureRate);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-3 py-2 text-xs text-muted">
      <label className="flex items-center gap-2">
        Looks at
        <select
          value={byRules ? BY_RULES : (maxFps ?? EVERY_PICTURE)}
          onChange={event => choose(event.target.value)}
          className="w-auto py-1 text-xs"
        >
          <option value={EVERY_PICTURE}>every picture</option>
          <option value={BY_RULES}>what the rules need</option>
          {rates.map(rate => (
            <option key={rate} value={rate}>
              {rateWords(rate)}
            </option>
          ))}
        </select>
      </label>
      {model.cropsOf === null && (
        <label className="flex items-center gap-2">
          in
          <select value={grid} onChange={event => cut(event.target.value)} className="w-auto py-1 text-xs">
            <option value={NO_TILES}>the whole picture</option>
            {grids.map(each => (
              <option key={each} value={each}>
                {each} tiles too, for far objects
              </option>
            ))}
          </select>
        </label>
      )}
      <span className="numeric" data-testid="step-cost">
        {tiles ? tileWords(model, rate, tiles.columns * tiles.rows) : shareWords(model, rate)}
      </span>
      {byRules && (
        <span className="basis-full" data-testid="rate-need">
          {need ? needWords(need) : 'Each camera by its own rules: up to this, and less where they need less.'}
        </span>
      )}
    </div>
  );
}

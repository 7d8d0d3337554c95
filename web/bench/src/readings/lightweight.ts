import { MarketCipherB, RSI, SchaffTrendCycle, StochRSI } from 'lightweight-charts-indicators'
import { enter, type Field } from '../contestant.ts'
import { relative, schaff, stochastic, wave } from './periods.ts'

/** Its functions take bars as objects and give plots: an object a bar with the chart's time. */
const contestant = enter<readonly Plot[]>({
  name: 'lightweight-charts-indicators',
  note: 'MarketCipherB (both waves, money flow; with its plots and markers), RSI, StochRSI over bars of logarithms, SchaffTrendCycle',
  prepare: ({ openTime, open, high, low, close, volume }) => {
    const bars = Array.from(close, (_, i) => ({
      time: openTime[i]! / 1000,
      open: open[i]!,
      high: high[i]!,
      low: low[i]!,
      close: close[i]!,
      volume: volume[i]!,
    }))
    return () => {
      const cipher = MarketCipherB.calculate(bars, { wtChannelLen: wave.channel }).plots
      const rsi = RSI.calculate(bars, { length: relative.period, maType: 'None' }).plots
      const logs = bars.map(bar => ({ ...bar, close: Math.log(bar.close) }))
      const turns = StochRSI.calculate(logs, {
        lengthRSI: stochastic.rsi,
        lengthStoch: stochastic.period,
        smoothK: stochastic.k,
        smoothD: stochastic.d,
      }).plots
      const cycle = SchaffTrendCycle.calculate(bars, { length: schaff.period, fastLength: schaff.fast }).plots
      return [cipher.wt1, cipher.wt2, cipher.mfiArea, rsi.plot0, turns.plot0, turns.plot1, cycle.plot0].map(
        plot => plot!,
      )
    }
  },
  columns: plots => plots.map(plot => plot.map(point => point.value ?? Number.NaN)),
})
export default { columns: [contestant] } satisfies Field

type Plot = readonly { readonly value: number | null }[]

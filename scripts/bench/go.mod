module bench

go 1.26.0

require (
	github.com/markcheno/go-talib v0.0.0-20250114000313-ec55a20c902f
	github.com/quantum-signals/quantum v0.0.0
)

replace github.com/quantum-signals/quantum => ../..

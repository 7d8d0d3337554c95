package core

// EngineVersion names the arithmetic: two engines of one version give the same
// bits for the same bars and parameters, wherever they run. It changes with
// any reading, any event and any snapshot layout.
const EngineVersion = "1.0.0"

"""Many validators with their workers in one process, on one chain, under attack: what must hold, does it?

    simulation = Simulation(FederatedRounds(validators=8), Drawn(seed=1))
    simulation.run()
    broken(simulation, simulation.scenario.properties)      # None, or which property does not hold, and why

    scenario           what a simulation is about: validators, what people do, when it is over
    simulation         `Simulation`: one chain, one block loop
    properties         what must hold in any simulation;  verdict: what came of one
    federated_rounds   the scenario of this repository's own workers;  round_properties: what must hold of rounds

The faults are `chain.offchain.adversary`; `palletlab simulate` plays thousands of seeds.
"""

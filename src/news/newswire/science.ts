import type { Desk } from "./grammar.js";

export const science: Desk = {
  name: "science",
  rules: {
    animal: "beetle|frog|snail|bat|lizard|moth|orchid|shrimp|spider|fern",
    habitat: "a cave|a peat bog|a mountain lake|a rainforest|an old quarry|a coral reef|a hay meadow",
    craft: "[Heron|Lodestar|Pilgrim|Swift|Lantern|Meridian] {1-9}",
    body: "a comet|the moon|the planet Mars|a distant asteroid|the rings of Saturn|the planet Venus",
    habit:
      "walking [to work|every day]|drinking tea|singing in a choir|sleeping for eight hours|learning a language|gardening|eating nuts",
    benefit: "lower blood pressure|better memory|fewer colds|a healthier heart|less back pain|a calmer mind",
  },
  events: [
    {
      facts: {
        species: "{animal}",
        where: "{habitat}",
        land: "{country}",
        author: "{name}",
        school: "{university}",
        size: "{2-95} millimetres",
        named: "{surname}",
      },
      title: "New {species} found in {land}",
      lead:
        "A new species of {species} has been found in {where} in {land} by scientists from {school}.|" +
        "Scientists from {school} have discovered {a species} in {where} in {land} that nobody had described before.",
      summary:
        "{a species} that is new to science has been discovered in {land}.|" +
        "Researchers working in {land} have found an unknown {species} [in {where}|, only {size} long].|" +
        "An unknown {species} lives in {where} in {land}, a team from {school} says.",
      body: [
        "It is only {size} long and active at night.",
        "The team, led by {author}, spent {small} weeks in the field.",
        "It was named after {first} {named}, who first explored the area in {1871-1968}.",
        "Its nearest relative lives {300-4200} miles away in {country}.",
        "Fewer than {60-900} are thought to remain.",
        "The find is described in the journal of the {place} Natural History Society.",
      ],
      quotes: [
        '"I could not believe what I saw in the torchlight," {author} {said}.',
        '"There is a great deal out there that we do not know," {author:last} said.',
        '"It must be protected now," said {name}, who was not part of the team.',
      ],
    },
    {
      facts: {
        probe: "{craft}",
        goal: "{body}",
        land: "{country}",
        chief: "{name}",
        years: "{small} years",
        sum: "£{90-880}m",
      },
      title: "{probe} reaches {goal}",
      lead:
        "The spacecraft {probe}, launched by {land}, has reached {goal} after a journey of {years}.|" +
        "After travelling for {years}, the {land} spacecraft {probe} arrived at {goal} {when}.",
      summary:
        "A spacecraft from {land} has arrived at {goal} [after {years}|at last].|" +
        "{land}'s probe {probe} has got to {goal}.|" +
        "The {sum} mission of {probe} to {goal} has reached its target.",
      body: [
        "The mission cost {sum} and was delayed twice.",
        "First pictures were received at the control centre in {place} at {1-11}.{10-59}.",
        "The craft carries {small} instruments and weighs {300-2900} kilograms.",
        "It will stay for {small} months before its fuel runs out.",
        "Engineers led by {chief} had lost contact with it in {month}.",
        "{country} plans a mission of its own in {2027-2036}.",
      ],
      quotes: [
        '"There were tears and there was cake," {chief} {said}.',
        '"Now the science begins," {chief:last} added.',
        '"It is a proud day for {land}," the science minister said.',
      ],
    },
    {
      facts: {
        cause: "{habit}",
        effect: "{benefit}",
        number: "{1-9},{100-999}",
        school: "{university}",
        author: "{name}",
        years: "{small} years",
        percent: "{8-41}%",
      },
      title: "{cause} linked to {effect}",
      lead:
        "People who report {cause} have {effect}, according to a study of {number} adults by {school}.|" +
        "A study of {number} adults has linked {cause} to {effect}, researchers at {school} said {when}.",
      summary:
        "{cause} may lead to {effect}, [scientists say|a study suggests|researchers believe].|" +
        "There is a link between {cause} and {effect}, a study [of {number} people |]suggests.|" +
        "Scientists at {school} say that {cause} could mean {effect}.",
      body: [
        "Those taking part were followed for {years}.",
        "The effect was {percent} larger in people over {45-70}.",
        "Lead author {author} warned that the study does not show what causes what.",
        "Earlier work in {country} had found no such link.",
        "The work was paid for by the {surname} Foundation.",
        "A larger trial will begin in {month}.",
      ],
      quotes: [
        '"It is never too late to start," {author} {said}.',
        '"The link is clear, the reason is not," {author:last} said.',
        '"I would like to see it repeated," said {name} of {university}.',
      ],
    },
  ],
  asides: [
    "{university} has opened a new laboratory worth £{5-80}m.",
    "The annual science fair in {place} begins on {day}.",
    "{name} has won this year's {surname} prize for chemistry.",
    "Funding for research in {country} fell by {2-19}% last year.",
    "A partial eclipse of the sun will be seen over {country} in {month}.",
    "Museums in {county} will stay open late {soon}.",
  ],
};

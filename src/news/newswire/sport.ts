import type { Desk } from "./grammar.js";

export const sport: Desk = {
  name: "sport",
  rules: {
    club: "{place} [United|Rovers|Athletic|City|Wanderers|Rangers|Albion|Town]",
    injury: "a knee injury|a broken toe|a torn muscle|a shoulder injury|an ankle problem|illness",
    race: "marathon|cycle race|triathlon|cross-country race|sailing race",
  },
  events: [
    {
      facts: {
        home: "{club}",
        away: "{club}",
        score: "{2-5}-{0-1}",
        scorer: "{name}",
        coach: "{name}",
        minute: "{51-89}th",
        rank: "second|third|fourth|fifth|sixth",
        crowd: "{4-58},{100-999}",
      },
      title: "{home} {score} {away}",
      lead:
        "{scorer} scored twice as {home} beat {away} {score} to move up to {rank} place in the league.|" +
        "{home} climbed to {rank} in the table with a {score} win over {away} in which {scorer} scored two goals.",
      summary:
        "Two goals from {scorer} helped {home} [beat|defeat|see off] {away}.|" +
        "{home} are {rank} in the league after [beating|a win against] {away} [{score}|, with two goals by {scorer}].|" +
        "{scorer} was the hero as {home} won against {away}.",
      body: [
        "The first goal came after {small} minutes, from a corner by {name}.",
        "{scorer:last} struck again in the {minute} minute with a low shot from the edge of the area.",
        "{away} had their chances, but {name} in goal made {small} saves.",
        "A crowd of {crowd} saw the match.",
        "{home} coach {coach} left out {name}, who has {injury}.",
        "It was the first home win since {month}.",
      ],
      quotes: [
        '"The boys were magnificent tonight," {coach} {said}.',
        '"I just try to be in the right place," {scorer} said.',
        '"We were punished for our mistakes," the coach of {away} said.',
      ],
    },
    {
      facts: {
        player: "{name}",
        side: "{club}",
        harm: "{injury}",
        weeks: "{small} weeks",
        coach: "{name}",
        event: "cup final|start of the season|match against {club}|national trials",
      },
      title: "{player:last} out for {weeks}",
      lead:
        "{side} captain {player} will miss the {event} with {harm}.|" +
        "{player}, the captain of {side}, has been ruled out of the {event} because of {harm}.",
      summary:
        "{side} will be without {player} for the {event} [owing to|because of] {harm}.|" +
        "{player} has lost the race to be fit for the {event}.|" +
        "{harm} will keep {player} of {side} out [for {weeks}|of the {event}].",
      body: [
        "The {19-34}-year-old was hurt in training on {day}.",
        "Doctors expect the player to be away for {weeks}.",
        "{name} is likely to take the captain's place.",
        "{player:last} has played {31-240} times for the club and scored {5-88} goals.",
        "Coach {coach} had hoped to name an unchanged side.",
        "{side} have lost only {small} matches this season.",
      ],
      quotes: [
        '"It is a blow for us all, but above all for {player:last}," {coach} {said}.',
        '"I will be cheering the others on," {player} said.',
        '"These things happen in sport," {coach:last} added.',
      ],
    },
    {
      facts: {
        winner: "{name}",
        land: "{country}",
        kind: "{race}",
        town: "{place}",
        second: "{name}",
        margin: "{2-58} seconds",
        record: "course|national|season's",
      },
      title: "{winner:last} wins in {town}",
      lead:
        "{winner} of {land} won the {town} {kind} by {margin}, breaking the {record} record.|" +
        "The {town} {kind} was won {when} by {winner} of {land}, who broke the {record} record and beat {second} by {margin}.",
      summary:
        "{winner} has set a new {record} best in winning the {kind} in {town}.|" +
        "{land}'s {winner} [took|has taken] first place in the {town} {kind} [by {margin}|ahead of {second}].|" +
        "A record fell at the {town} {kind}, where {winner} came in first.",
      body: [
        "{second} came second, and {name} of {country} was third.",
        "More than {2-39},000 people lined the route in bright sunshine.",
        "{winner:last} took the lead with {small} miles to go.",
        "The old record had stood since {1988-2019}.",
        "Organisers said {1-9},{100-999} had taken part.",
        "The prize is worth £{5-95},000.",
      ],
      quotes: [
        '"I felt strong from the start," {winner} {said}.',
        '"Today there was nothing I could do," {second} said.',
        '"The crowd carried me home," {winner:last} said with a smile.',
      ],
    },
  ],
  asides: [
    "{club} have signed {name} from {club} for £{1-39}m.",
    "The draw for the next round of the cup takes place on {day}.",
    "{club} play {club} on {day}.",
    "Tickets for the final in {place} are sold out.",
    "The national side of {country} will name its squad {soon}.",
    "{name} has retired at the age of {31-42}.",
  ],
};

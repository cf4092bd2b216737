@reader
Feature: The code read aloud
  What the microphone hears of an audio code reader, beside what the camera sees of it.
  A reader keeps its volume and its speed: who goes through all four and all three hears each of them, whatever it was
  left at.

  Background:
    Given an audio code reader that holds its test key and the right time

  Scenario: The code is read aloud as it is displayed
    When I press the button on my audio code reader and listen, 2 times
    Then the press yields exactly one code read aloud, in time [S5.C.8a]
    And the code read aloud has exactly 6 digits [S5.C.8b]
    And the code read aloud is the one displayed [S5.C.8c]

  @keys
  Scenario: The code is repeated at its keys
    When I press the button on my audio code reader and then the keys for repeat 2 times, and listen
    Then the same code is read aloud each time [H.8]

  @keys @single-keys
  Scenario: No two keys need be held at once
    When I press the button on my audio code reader and then, by itself, repeat 1 time, and listen
    Then the same code is read aloud each time [EN301549-5.9]

  @keys
  Scenario: The volume can be changed
    When I press the button on my audio code reader and then the keys for volume 3 times, and listen
    Then the range of the volume is within its limits [H.8]

  @keys
  Scenario: The loudest is loud enough
    When I press the button on my audio code reader and then the keys for volume 3 times, and listen
    Then the loudest speech is within its limits [EN301549-5.1.3]

  @keys
  Scenario: The speed can be changed
    When I press the button on my audio code reader and then the keys for speed 2 times, and listen
    Then the range of the speed is within its limits [H.8]

  @keys @probe
  Scenario: The speech is in the language that was chosen
    When I start the board afresh
    And the audio code reader is given its test key and the right time
    And I choose my language on my audio code reader and listen twice
    Then the code is read aloud in my language [EN301549-5.1.3]

  @keys @single-keys
  Scenario: Speech can be interrupted
    When I press repeat on my audio code reader while it speaks
    Then it falls silent at once [EN301549-5.1.3]

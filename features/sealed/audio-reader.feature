@reader @sealed
Feature: A sealed audio code reader
  As people get it: finger, camera and microphone are left.

  Scenario: What is read aloud is what is displayed
    When I press the button on my audio code reader and listen, 2 times
    Then the press yields exactly one code read aloud, in time [S5.C.8a]
    And the code read aloud has exactly 6 digits [S5.C.8b]
    And the code read aloud is the one displayed [S5.C.8c]

  @keys
  Scenario: It is repeated at its keys
    When I press the button on my audio code reader and then the keys for repeat 2 times, and listen
    Then the same code is read aloud each time [H.8]

  @keys @single-keys
  Scenario: It needs no two keys at once
    When I press the button on my audio code reader and then, by itself, repeat 1 time, and listen
    Then the same code is read aloud each time [EN301549-5.9]

  @keys
  Scenario: Its volume can be turned up to what is wanted
    When I press the button on my audio code reader and then the keys for volume 3 times, and listen
    Then the range of the volume is within its limits [H.8]
    And the loudest speech is within its limits [EN301549-5.1.3]

  @keys
  Scenario: It can be slowed down
    When I press the button on my audio code reader and then the keys for speed 2 times, and listen
    Then the range of the speed is within its limits [H.8]

  @phone @uses-device
  Scenario: It is activated, and a code works once
    Given my audio code reader is activated
    When I log in with the password and a new code
    Then I am logged in [S5.C.9]
    When I log in again with the same code
    Then the login is refused [RFC6238-5.2]

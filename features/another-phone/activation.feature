@copy @two-phones @sms @camera @radio @holder
Feature: Activate the MitID app on another phone
  The guide, step 5, part 2: one Gherkin step for each documented step, in the guide's words.

  @uses-app
  Scenario: The documented way, items 1 to 17
    Given the MitID app, newly installed on another phone [S5.B.0]
    And step 5 of the guide on the phone that scanned my passport [S5.B.1]
    When I select "App on another phone/tablet" on the screen "How do you want to authenticate with MitID?" and tap "Next" [S5.B.2]
    And I tap "Show QR code" on the screen "Activate new app with QR code" [S5.B.3]
    Then the app asks for Bluetooth before it shows the QR code [S5.B.4]
    And a QR code is shown, and can be read [S5.B.5a]
    And the old phone advertises that it is near [H.7]
    When I open the MitID app on the new phone [S5.B.6]
    And I tap "Get started" on the screen "Activate your MitID." on the new phone [S5.B.7]
    And I select "Copy from another MitID app" and tap "Next" on the new phone [S5.B.8]
    And I check the box "QR code is shown on the old app" and tap "Scan QR code" on the new phone [S5.B.9]
    Then the new phone asks for Bluetooth before it scans [S5.B.10]
    When I hold the new phone up to the QR code on the old phone
    Then the new phone has read the code that the camera sees [S5.B.11a]
    And a green checkmark shows on the new phone [S5.B.11b]
    When I enter my user ID and tap "Next" on the new phone [S5.B.12]
    And I enter the temporary PIN code I receive via SMS on the new phone [S5.B.13]
    And I create a personal PIN code and repeat it on the new phone [S5.B.14]
    And I choose not to use biometrics on the new phone [S5.B.15]
    And I tap "Set up notifications" and then "Allow" on the new phone [S5.B.16]
    Then "Your MitID app is now activated and ready to use." is shown on the new phone [S5.B.17]
    When I tap "OK" on the new phone
    Then the phone's home screen is shown on the new phone [S5.B.17]
    When I open the app and enter my personal PIN code on the new phone
    Then the app is ready to use on the new phone [S5.B.17]
    And an important message arrives on the new phone [S5.B.16]
    And every text that the phones have shown is of the profile's version [H.11]

  Scenario: It goes on where it was left, to see to the other phone
    Given step 5 of the guide on the phone that scanned my passport
    When I leave the app and come back to it
    Then the screen "How do you want to authenticate with MitID?" offers "App on another phone/tablet" [S5.B.1]

  Scenario: What the new phone asks for is checked there
    Given the app copied to the new phone as far as the temporary PIN code
    When I receive a temporary PIN code by SMS on the new phone
    And I enter a wrong temporary PIN code on the new phone
    Then the temporary PIN code is refused on the new phone [S5.B.13]
    When I enter the temporary PIN code received last on the new phone
    Then the temporary PIN code is accepted on the new phone [S5.B.13]
    When I create a personal PIN code and repeat another one on the new phone
    Then the repeated PIN code is refused on the new phone [S5.B.14]

  @uses-app
  Scenario: The activation lands on the new phone
    Given the app is copied to the new phone and activated there
    When I open the app on the new phone
    Then the app asks for my PIN code on the new phone [S5.B.14]
    And the app on the new phone is the one that is activated [S5.B.17]
    And the old phone's app is not activated by that [S5.B.17]

  Scenario: The user ID counts in any letter case
    Given the app copied to the new phone as far as the user ID
    When I enter my user ID in other letter case on the new phone
    Then "Temporary PIN code" is shown on the new phone [H.5]

  Scenario: Somebody else's user ID is refused
    Given the app copied to the new phone as far as the user ID
    When I enter somebody else's user ID on the new phone
    Then the screen "Enter your user ID" reads "The user ID is not correct." on the new phone [S5.B.12]

  Scenario: A user ID of nobody is refused
    Given the app copied to the new phone as far as the user ID
    When I enter a user ID of nobody on the new phone
    Then the screen "Enter your user ID" reads "The user ID is not correct." on the new phone [S5.B.12]
